"""samesong training: works, versions, rendering and the network that learns from them."""
