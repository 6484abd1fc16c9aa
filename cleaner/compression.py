"""
Compressed files as streams; what is cut short or broken is read as far as it goes.

A file may be of several members, as `cat a.gz b.gz` makes them and WARC files are. To add a kind,
write a line in `CODECS`.
"""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple

from cleaner.errors import UsageError

CHUNK = 1 << 16  # bytes read at a time: packed as tightly as can be, they hold 64 MB
BROKEN = (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError)


class Codec(NamedTuple):
    """What makes objects that decompress, and compress, one member, as those of `zlib` do."""

    decompressor: Callable[[], Any]
    compressor: Callable[[], Any]


class Decompressed(io.RawIOBase):
    """
    What a compressed stream holds.

    Where the stream ends in the middle of a member, or is broken, what came before is all that
    there is, and `trouble` says so: gzip's own reader would drop the last of it.
    """

    def __init__(self, stream: IO[bytes], codec: Codec) -> None:
        self.trouble = ""
        self._chunks = self._decompress(stream, codec)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def _decompress(self, stream: IO[bytes], codec: Codec) -> Iterator[bytes]:
        member: Any = None
        data = b""
        try:
            while data := data or stream.read(CHUNK):
                member = member or codec.decompressor()
                yield member.decompress(data)
                data = b""
                if member.eof:  # padding of zeros is no other member
                    member, data = None, member.unused_data.lstrip(b"\0")
            if member is not None:
                self.trouble = "is cut short: the compressed data ends in the middle"
        except BROKEN as error:
            self.trouble = f"is broken: {error or type(error).__name__}"
        except Exception as error:  # zstandard's own error, which only its module can name
            if type(error).__name__ != "ZstdError":
                raise
            self.trouble = f"is broken: {error}"


class Compressing(io.RawIOBase):
    """Compress what is written; the same bytes give the same bytes, since no time is recorded."""

    def __init__(self, stream: IO[bytes], codec: Codec) -> None:
        self._stream, self._codec = stream, codec
        self._member = codec.compressor()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._stream.write(self._member.compress(data))
        return len(data)

    def cut(self) -> None:
        """End the member, so that a reader can begin with the next."""
        self._stream.write(self._member.flush())
        self._member = self._codec.compressor()

    def close(self) -> None:
        if not self.closed:
            self._stream.write(self._member.flush())
        super().close()


def _zstandard() -> Any:
    try:
        import zstandard
    except ImportError:
        raise UsageError(".zst needs pip install 'boilerplate-cleaner[records]'") from None
    return zstandard


CODECS = {
    ".gz": Codec(lambda: zlib.decompressobj(31), lambda: zlib.compressobj(6, zlib.DEFLATED, 31)),
    ".bz2": Codec(bz2.BZ2Decompressor, bz2.BZ2Compressor),
    ".xz": Codec(lzma.LZMADecompressor, lzma.LZMACompressor),
    ".zst": Codec(
        lambda: _zstandard().ZstdDecompressor().decompressobj(),
        lambda: _zstandard().ZstdCompressor().compressobj(),
    ),
}
