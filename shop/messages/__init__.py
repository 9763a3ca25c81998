"""Messages: the outbox of mail, written in the transaction of its cause and sent by a job. Templates by locale."""
