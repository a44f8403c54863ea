"""Rendering: reports and questions as people and programs read them. Pure: values in, text out."""
