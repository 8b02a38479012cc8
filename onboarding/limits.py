"""How much one import takes. Beyond it the file is refused in words, before its content is unpacked."""

MOST_ROWS = 20_000  # of all sheets together
MOST_FILES = 20
MOST_COLUMNS = 40
MOST_UNPACKED = 64 * 1024 * 1024  # bytes of all parts of a workbook or archive together
MOST_PARTS = 500
