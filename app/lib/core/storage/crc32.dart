import 'dart:typed_data';

final Uint32List _table = _makeTable();

Uint32List _makeTable() {
  final table = Uint32List(256);
  for (var byte = 0; byte < 256; byte++) {
    var value = byte;
    for (var bit = 0; bit < 8; bit++) {
      value = value.isOdd ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    }
    table[byte] = value;
  }
  return table;
}

/// The CRC-32 of zip and PNG; detects incomplete and damaged lines.
int crc32(List<int> bytes) {
  var value = 0xffffffff;
  for (final byte in bytes) {
    value = (value >>> 8) ^ _table[(value ^ byte) & 0xff];
  }
  return value ^ 0xffffffff;
}
