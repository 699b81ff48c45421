"""The rehearsal: a month of mail in virtual time, through the real handlers, on the local stack."""
