"""What stands in for packages that have no wheel for WebAssembly in a registry, so that a tab can be judged offline.

Persistent maps as plain copies, and id tokens with a signature that is none: nothing here checks them. The public site
has the real packages, and compares every lesson before it is published (.github/workflows/site.yml).
"""

FILES = {
    "rpds.py": """
class HashTrieMap(dict):
    __hash__ = object.__hash__
    def insert(self, key, value): return HashTrieMap({**self, key: value})
    def remove(self, key): return HashTrieMap({each: self[each] for each in self if each != key})
    def discard(self, key): return self.remove(key)
    def update(self, *maps):
        return HashTrieMap({**self, **{key: value for each in maps for key, value in each.items()}})
    def convert(value): return HashTrieMap(value)
class HashTrieSet(frozenset):
    def insert(self, value): return HashTrieSet(self | {value})
    def remove(self, value): return HashTrieSet(self - {value})
    def update(self, *sets): return HashTrieSet(self.union(*sets))
class List(tuple):
    def __new__(cls, *values): return super().__new__(cls, values[0] if len(values) == 1 else values)
    def push_front(self, value): return List([value, *self])
    first = property(lambda self: self[0])
    rest = property(lambda self: List(self[1:]))
""",
    "cryptography/__init__.py": "",
    "cryptography/hazmat/__init__.py": "",
    "cryptography/hazmat/primitives/__init__.py": "",
    "cryptography/hazmat/primitives/serialization.py": "load_pem_private_key = None",
    "cryptography/hazmat/primitives/asymmetric/__init__.py": "",
    "cryptography/hazmat/primitives/asymmetric/rsa.py": """
class RSAPrivateKey:
    def public_key(self): return self
def generate_private_key(public_exponent, key_size): return RSAPrivateKey()
""",
    "jwt/__init__.py": """
import base64, json
def encode(claims, key, algorithm, headers):
    parts = [json.dumps({"alg": algorithm, "typ": "JWT", **headers}), json.dumps(claims), "no signature"]
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)
""",
    "jwt/algorithms.py": """
class RSAAlgorithm:
    @staticmethod
    def to_jwk(key, as_dict): return {"n": "AQAB", "e": "AQAB"}
""",
}
