"""Intake: images that people hand in, from a form, an archive or a list of addresses.

A module imports only from rows below it:

================  =================================================================================
``taking``        the use case: a delivery's images and table among a category's
``tables``        joining a delivered table with the category's; ``text_tables``: cells as text
``placing``       putting images, safe to repeat; ``restoring``; ``deciding``: what becomes of each
``checking``      which files are images that may be placed; ``contents``: all files of a delivery
``downloading``   several addresses at once; ``fetching``: one; ``pacing``, ``pinning``
``deliveries``    what is handed in, kept until it is taken in; ``handing_in``, ``delivery``
``archives``      ZIP archives; ``bounded_reads``; ``addresses``: web addresses
``names``         names from outside; ``limits``; ``report``; ``progress``; ``disk``
================  =================================================================================

What comes from outside is data: no name of it is ever a path before :mod:`common.intake.names` has
said so, and nothing is written but below the delivery's own directory and, through an
:class:`~common.storage.base.ImageStore`, below the category's images.
"""

from common.intake.deliveries import DeliveryStore
from common.intake.delivery import Delivery
from common.intake.fetching import DownloadPolicy
from common.intake.handing_in import IncomingFile, OpenDelivery
from common.intake.limits import IntakeLimits
from common.intake.progress import OnStage
from common.intake.report import IntakeReport
from common.intake.taking import IntakeTask, delivered_table, take_in

__all__ = [
    "Delivery",
    "DeliveryStore",
    "DownloadPolicy",
    "IncomingFile",
    "IntakeLimits",
    "IntakeReport",
    "IntakeTask",
    "OnStage",
    "OpenDelivery",
    "delivered_table",
    "take_in",
]
