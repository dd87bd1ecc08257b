"""The samesong command line."""
