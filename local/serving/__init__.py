"""The local stack kept running, with its pages, its inbox and its clock, for people to try things on."""
