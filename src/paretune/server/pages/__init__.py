"""The pages that browsers show: rendered here, live by server-sent events, with one small script of our own."""
