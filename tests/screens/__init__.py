"""What a front end asks for: the documents of forty screens, from one number to the largest page, on the demo workshop.

Beside each document lie its variables, whose ids are those of a database into which nothing but the demo was loaded.
"""
