"""A mail server that takes everything and keeps nothing, in a process of its own; its first line is its port."""

import asyncio
import socket


class Taker(asyncio.Protocol):
    """One connection; commands come one by one, a message ends with a lone dot."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.is_message, self.rest = transport, False, b""
        self._say(b"220 taker")

    def data_received(self, data: bytes) -> None:
        """Answer what is complete."""
        self.rest += data
        while True:
            end = b"\r\n.\r\n" if self.is_message else b"\r\n"
            found, mark, rest = self.rest.partition(end)
            if not mark:
                return
            self.rest = rest
            self._answer(found[:4].upper())

    def _answer(self, verb: bytes) -> None:
        if self.is_message:
            self.is_message = False
            self._say(b"250 taken")
        elif verb == b"DATA":
            self.is_message = True
            self._say(b"354 go on")
        else:
            self._say(b"221 bye" if verb == b"QUIT" else b"250 ok")

    def _say(self, line: bytes) -> None:
        self.transport.write(line + b"\r\n")


async def main() -> None:
    """Serve until this process is ended."""
    server = await asyncio.get_running_loop().create_server(Taker, "127.0.0.1", 0, family=socket.AF_INET)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
