import { columnsWanted } from '../../hub/src/http/schemas/series-query.ts';
export const COLUMNS = columnsWanted({ metrics: ['hashrate_ths', 'power_kw', 'temp_supply_c', 'temp_return_c', 'temp_chip_c'], agg: undefined } as any);
