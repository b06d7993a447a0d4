"""The roof of the house: settings, server, commands and the sum of the apps' schemas."""
