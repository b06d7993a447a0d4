"""If an image boots on a size, by the processor architectures that their cloud reports."""

from inventory.models import Provider, Size, VirtualMachine
from inventory.resources.image import Image

# By the architecture of a size, those of the images that boot on it besides its own.
ALSO_BOOT = {"x86_64": {"i386"}}


def architecture_conflict(provider: Provider, region: str, size: str, image: str) -> str | None:
    """The sentence that names the two architectures, or None if one of them is not known.

    ``size``, ``image``: the cloud's own ids. It reads the stored rows; no cloud is asked.
    """
    of_size = _architecture(Size, provider, region, size)
    of_image = _architecture(Image, provider, region, image)
    if not of_size or not of_image or _boots(of_image, of_size):
        return None
    return (
        f"The image {image} is for {of_image} and does not boot on {size}, which is {of_size}. "
        f"Choose an image for {of_size}, or a size of {of_image}."
    )


def resize_conflict(machine: VirtualMachine, size: str) -> str | None:
    """The same for a machine and another size: by its image, or if that is unknown, its size.

    ``size``: the cloud's own id. It reads the stored rows; no cloud is asked.
    """
    provider, region = machine.source.provider, machine.region
    of_size = _architecture(Size, provider, region, size)
    of_image = _architecture(Image, provider, region, machine.image_id)
    of_machine = of_image or _architecture(Size, provider, region, machine.size_id)
    if not of_size or not of_machine or _boots(of_machine, of_size):
        return None
    return (
        f"The machine is for {of_machine} and does not boot on {size}, which is {of_size}. "
        f"Choose a size of {of_machine}."
    )


def _boots(of_image: str, of_size: str) -> bool:
    return of_image == of_size or of_image in ALSO_BOOT.get(of_size, ())


def _architecture(
    model: type[Size | Image], provider: Provider, region: str, external_id: str | None
) -> str | None:
    rows = model._default_manager.filter(  # noqa: SLF001 - Django's name for it
        provider=provider, region=region, external_id=external_id
    )
    return rows.values_list("architecture", flat=True).first()
