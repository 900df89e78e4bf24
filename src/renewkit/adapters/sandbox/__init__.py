"""A payment gateway to develop and rehearse with: scripted by the instrument, durable and repeatable.

It keeps a book of its own in a file of its own, so a host that is killed between asking and recording meets the same
uncertainty here as with a real acquirer. See also: test mode, fake gateway, simulator.
"""

from renewkit.adapters.sandbox.gateway import Capture, SandboxGateway
from renewkit.adapters.sandbox.script import Script, read_script

__all__ = ["Capture", "SandboxGateway", "Script", "read_script"]
