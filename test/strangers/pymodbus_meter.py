"""A Schneider PM5xxx meter played by pymodbus, with a value of its own in every register.

The table is written from the maker's list by hand and shares nothing with the agent's profile: printed numbers
count from 1, which is what pymodbus' contexts do too. All other registers hold 0x7E96, so that a value read one
register off becomes 2e38 or worse. Prints one line of JSON when it listens: the port, and what a reader must find.
"""

import asyncio
import json
import logging
import struct

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusTcpServer

# printed number, format, name, metric of the catalogue, what the register holds, what that means if it differs
TABLE = [
    (3000, ">f", "Current A", "current_l1_a", 5012.25),
    (3002, ">f", "Current B", "current_l2_a", 5034.5),
    (3004, ">f", "Current C", "current_l3_a", 4987.75),
    (3006, ">f", "Current N", None, 12.5),
    (3010, ">f", "Current average", None, 5011.5),
    (3012, ">f", "Current unbalance A", None, 0.11),
    (3014, ">f", "Current unbalance B", None, 0.22),
    (3016, ">f", "Current unbalance C", None, 0.33),
    (3018, ">f", "Current unbalance worst", None, 0.44),
    (3020, ">f", "Voltage A-B", "voltage_l12_v", 401.2),
    (3022, ">f", "Voltage B-C", "voltage_l23_v", 402.3),
    (3024, ">f", "Voltage C-A", "voltage_l31_v", 403.4),
    (3026, ">f", "Voltage L-L average", None, 402.4),
    (3028, ">f", "Voltage A-N", "voltage_l1_v", 231.5),
    (3030, ">f", "Voltage B-N", "voltage_l2_v", 232.6),
    (3032, ">f", "Voltage C-N", "voltage_l3_v", 233.7),
    (3036, ">f", "Voltage L-N average", None, 232.7),
    (3038, ">f", "Voltage unbalance A-B", None, 0.51),
    (3040, ">f", "Voltage unbalance B-C", None, 0.52),
    (3042, ">f", "Voltage unbalance C-A", None, 0.53),
    (3044, ">f", "Voltage unbalance L-L worst", None, 0.54),
    (3046, ">f", "Voltage unbalance A-N", None, 0.61),
    (3048, ">f", "Voltage unbalance B-N", None, 0.62),
    (3050, ">f", "Voltage unbalance C-N", None, 0.63),
    (3052, ">f", "Voltage unbalance L-N worst", None, 0.64),
    (3054, ">f", "Active power A", None, 1171.5),
    (3056, ">f", "Active power B", None, 1172.5),
    (3058, ">f", "Active power C", None, 1173.5),
    (3060, ">f", "Active power total", "active_power_kw", 3517.5),
    (3062, ">f", "Reactive power A", None, 231.25),
    (3064, ">f", "Reactive power B", None, 232.25),
    (3066, ">f", "Reactive power C", None, 233.25),
    (3068, ">f", "Reactive power total", "reactive_power_kvar", -696.75),
    (3070, ">f", "Apparent power A", None, 1194.5),
    (3072, ">f", "Apparent power B", None, 1195.5),
    (3074, ">f", "Apparent power C", None, 1196.5),
    (3076, ">f", "Apparent power total", "apparent_power_kva", 3586.5),
    (3078, ">f", "Power factor A", None, 0.97),
    (3080, ">f", "Power factor B", None, -0.96),
    (3082, ">f", "Power factor C", None, -1.06, -0.94),
    (3084, ">f", "Power factor total", "power_factor", 1.02, 0.98),
    (3110, ">f", "Frequency", "frequency_hz", 49.98),
    (3192, ">f", "Power factor total, plain", None, 0.981),
    (3204, ">q", "Active energy delivered", "energy_import_kwh", 12345678901, 12345678.901),
    (3208, ">q", "Active energy received", "energy_export_kwh", 98765, 98.765),
    (3220, ">q", "Reactive energy delivered", None, 2345678901),
    (3224, ">q", "Reactive energy received", None, 3456789),
    (2700, ">f", "Active energy delivered, float", None, 12345678.0),
    (2702, ">f", "Active energy received, float", None, 98.765),
    (3766, ">f", "Active power demand, present", None, 3499.5),
    (3770, ">f", "Active power demand, peak", None, 3611.5),
    (21300, ">f", "THD current A", "thd_current_pct", 4.1),
    (21302, ">f", "THD current B", "thd_current_pct", 4.7),
    (21304, ">f", "THD current C", "thd_current_pct", 4.3),
    (21322, ">f", "THD voltage A-B", "thd_voltage_pct", 1.1),
    (21324, ">f", "THD voltage B-C", "thd_voltage_pct", 1.2),
    (21326, ">f", "THD voltage C-A", "thd_voltage_pct", 1.3),
    (21330, ">f", "THD voltage A-N", None, 1.4),
    (21332, ">f", "THD voltage B-N", None, 1.5),
    (21334, ">f", "THD voltage C-N", None, 1.6),
]


async def main():
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # it calls every closed connection an error
    registers = [0x7E96] * 65535
    by_name, by_metric = {}, {}
    for number, form, name, metric, held, *means in TABLE:
        packed = struct.pack(form, held)
        words = struct.unpack(f">{len(packed) // 2}H", packed)
        registers[number - 1 : number - 1 + len(words)] = words
        value = means[0] if means else held
        by_name[name] = value
        if metric:
            by_metric[metric] = max(value, by_metric.get(metric, value))
    meter = ModbusSlaveContext(hr=ModbusSequentialDataBlock(1, registers))
    server = ModbusTcpServer(ModbusServerContext(slaves={1: meter}, single=False), address=("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    port = server.server.sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "names": by_name, "metrics": by_metric}), flush=True)
    await serving


asyncio.run(main())
