"""The precision that a network is trained in."""

import torch


def in_bfloat16(precision: str, device: torch.device) -> bool:
    """Decide whether to multiply in bfloat16; CPUs without AVX-512 take eight times as long then.

    Parameters
    ----------
    precision : {'auto', 'bfloat16', 'float32'}
        As configured.
    device : torch.device
        Device of the network.

    Returns
    -------
    bool
        True for bfloat16.
    """
    if precision == "auto":
        return device.type == "cuda" or "AVX512" in torch.backends.cpu.get_cpu_capability()
    return precision == "bfloat16"
