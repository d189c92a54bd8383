"""``zsiso isos``: the ISO images of a cloud."""

from __future__ import annotations

import os
from typing import Annotated

from zsiso.cli.options import ConnectionOptions, MessageOptions, OutputOptions
from zsiso.inventory.columns import ISO_IMAGES


def isos(
    *, output: Annotated[OutputOptions, ISO_IMAGES], connection: ConnectionOptions, messages: MessageOptions
) -> None:
    """List the ISO images.

    \b
    zsiso isos
    zsiso isos --mock -o csv -c uuid,name
    """
    from zsiso.cli.connect import open_client
    from zsiso.cli.settings import HIDDEN_COLUMNS_HINT, check_output_options, resolve_output, resolve_settings
    from zsiso.output import list_writer
    from zsiso.output.options import OutputDefaults
    from zsiso.output.stderr import Notes

    check_output_options(output, ISO_IMAGES)
    # A profile's defaults are about VM instances.
    shown = resolve_output(output, OutputDefaults(), ISO_IMAGES)
    with open_client(resolve_settings(connection), messages) as (client, _):
        images = client.iso_images(list_writer.required_projection(shown, ISO_IMAGES))
    hidden = list_writer.write_list(images, shown, ISO_IMAGES, os.environ)
    notes = Notes(messages.quiet)
    notes.write_hidden(hidden, HIDDEN_COLUMNS_HINT)
    if shown.output.is_for_people:
        if images:
            notes.write_on_terminal(f"{len(images)} ISO image{'' if len(images) == 1 else 's'}")
        else:
            notes.write("No ISO images are visible with these credentials.")
