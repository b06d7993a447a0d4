"""The entry points: settings, server, commands, and the schema that joins those of the apps."""
