"""Meters, monitors and cooling loops played by pymodbus, one server for each register dump that is named.

A dump has lines of `unit function address word word ...`, words in hexadecimal digits, addresses as sent. All other
registers hold 0x7E96, so that a value read one register off becomes 2e38 or worse. Prints one line of JSON when all
servers listen: their ports, in the order of the dumps.
"""

import asyncio
import json
import logging
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusTcpServer

FILLER = 0x7E96


def units_of(path):
    """By unit: holding and input registers (functions 3 and 4), 65535 of each."""
    units = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            unit, function, address, *words = line.split("#")[0].split() or [None] * 3
            if unit is None:
                continue
            banks = units.setdefault(int(unit), {3: [FILLER] * 65535, 4: [FILLER] * 65535})
            banks[int(function)][int(address) : int(address) + len(words)] = [int(word, 16) for word in words]
    return units


async def serve(path):
    """pymodbus counts the registers of a context from 1."""
    slaves = {
        unit: ModbusSlaveContext(hr=ModbusSequentialDataBlock(1, banks[3]), ir=ModbusSequentialDataBlock(1, banks[4]))
        for unit, banks in units_of(path).items()
    }
    server = ModbusTcpServer(ModbusServerContext(slaves=slaves, single=False), address=("127.0.0.1", 0))
    task = asyncio.create_task(server.serve_forever())
    await server.serving
    return server.server.sockets[0].getsockname()[1], task


async def main():
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # it calls every closed connection an error
    serving = [await serve(path) for path in sys.argv[1:]]
    print(json.dumps([port for port, _ in serving]), flush=True)
    await asyncio.gather(*(task for _, task in serving))


asyncio.run(main())
