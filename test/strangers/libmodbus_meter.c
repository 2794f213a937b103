/*
 * A meter played by libmodbus, from a register dump: lines of `unit function address word word ...`, words in
 * hexadecimal digits, addresses as sent. All other registers hold 0x7E96. Prints its port when it listens, then serves
 * one connection after another until it is killed.
 *
 *   cc libmodbus_meter.c $(pkg-config --cflags --libs libmodbus) -o meter && ./meter DUMP
 */
#include <arpa/inet.h>
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REGISTERS 65536
#define UNITS 256
#define FILLER 0x7E96
/* Behind the six bytes that Modbus TCP puts in front. */
#define UNIT_AT 6

static modbus_mapping_t *units[UNITS];

static modbus_mapping_t *unit_of(int unit) {
  if (units[unit] == NULL) {
    units[unit] = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
    for (int i = 0; i < REGISTERS; i++) units[unit]->tab_registers[i] = units[unit]->tab_input_registers[i] = FILLER;
  }
  return units[unit];
}

static void read_dump(const char *path) {
  FILE *file = fopen(path, "r");
  char line[4096];
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  while (fgets(line, sizeof line, file) != NULL) {
    int unit, function, address, used;
    unsigned word;
    line[strcspn(line, "#")] = '\0';
    if (sscanf(line, "%d %d %d%n", &unit, &function, &address, &used) != 3) continue;
    modbus_mapping_t *map = unit_of(unit);
    uint16_t *bank = function == 3 ? map->tab_registers : map->tab_input_registers;
    for (const char *at = line + used; sscanf(at, "%x%n", &word, &used) == 1; at += used) bank[address++] = word;
  }
  fclose(file);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  read_dump(argv[1]);
  modbus_t *context = modbus_new_tcp_pi("127.0.0.1", "0");
  int listening = modbus_tcp_pi_listen(context, 8);
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  if (listening == -1 || getsockname(listening, (struct sockaddr *)&address, &size) == -1) {
    fprintf(stderr, "cannot listen: %s\n", modbus_strerror(errno));
    return 1;
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    int length;
    if (modbus_tcp_pi_accept(context, &listening) == -1) return 1;
    while ((length = modbus_receive(context, query)) != -1) {
      modbus_mapping_t *map = units[query[UNIT_AT]];
      if (length == 0) continue;
      if (map == NULL) modbus_reply_exception(context, query, MODBUS_EXCEPTION_GATEWAY_TARGET);
      else modbus_reply(context, query, length, map);
    }
    modbus_close(context);
  }
}
