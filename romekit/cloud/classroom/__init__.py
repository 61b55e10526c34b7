"""A class on one server: a door for students, a page for the teacher, and rules for everybody.

codes, tries, seals    what is easy to type, how often it may be wrong, and cookies that nobody can forge
room                   who is in the class: the identity provider asks it which people there are
time                   the devices' clock, which the teacher can stop
rules                  what each student may use
door, join_page        joining: from a program, and from a browser
watching, teacher      every wall at once, and what the teacher can do about it
"""
