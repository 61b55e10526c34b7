"""A class on one server: an address for students to join at, a page for the teacher, and a policy for everybody."""
