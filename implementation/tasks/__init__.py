"""What the clock does for site development; workers look for tasks here and nowhere deeper."""

from implementation.tasks.enquiries import erase_enquiries
from implementation.tasks.xray import read_xray

__all__ = ["erase_enquiries", "read_xray"]
