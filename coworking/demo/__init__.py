"""The demo: three operators that look lived in, whenever it is built."""
