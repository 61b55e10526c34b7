"""The identity provider: Microsoft's addresses and error words, and pages a person can use in a browser."""
