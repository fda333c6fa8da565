// Converts Debian's fonts-material-design-icons-iconfont from Google's code points to Flutter's.
//   material_icons ROOT OUTPUT
import 'dart:io';
import 'dart:typed_data';

void main(List<String> args) {
  final root = args[0];
  final font = File(
    '$root/usr/share/fonts/truetype/material-design-icons-iconfont/MaterialIcons-Regular.ttf',
  ).readAsBytesSync();
  final scss = File('$root/usr/share/fonts-material-design-icons-iconfont/scss/_variables.scss').readAsStringSync();
  final dart = File('$root/usr/share/dart/packages/flutter/lib/src/material/icons.dart').readAsStringSync();
  final google = {
    for (final m in RegExp(r'"(\w+)":\s*([0-9a-f]{4,5})\b').allMatches(scss)) m[1]!: int.parse(m[2]!, radix: 16),
  };
  final data = ByteData.sublistView(font);
  final tables = <String, (int, int)>{}; // tag -> offset, length
  for (var i = 0; i < data.getUint16(4); i++) {
    final at = 12 + 16 * i;
    tables[String.fromCharCodes(font, at, at + 4)] = (data.getUint32(at + 8), data.getUint32(at + 12));
  }
  final (cmap, _) = tables['cmap']!;
  final glyphs = <int, int>{};
  for (var i = 0; i < data.getUint16(cmap + 2); i++) {
    final t = cmap + data.getUint32(cmap + 4 + 8 * i + 4);
    if (data.getUint16(t) == 4) {
      final n = data.getUint16(t + 6) ~/ 2;
      for (var s = 0; s < n; s++) {
        final end = data.getUint16(t + 14 + 2 * s);
        final start = data.getUint16(t + 16 + 2 * n + 2 * s);
        final delta = data.getInt16(t + 16 + 4 * n + 2 * s);
        final at = t + 16 + 6 * n + 2 * s;
        final range = data.getUint16(at);
        for (var c = start; c <= end && c != 0xffff; c++) {
          final g = range == 0 ? c + delta : data.getUint16(at + range + 2 * (c - start));
          if (g & 0xffff != 0) glyphs[c] = g & 0xffff;
        }
      }
    } else if (data.getUint16(t) == 12) {
      for (var g = 0; g < data.getUint32(t + 12); g++) {
        final at = t + 16 + 12 * g;
        for (var c = data.getUint32(at); c <= data.getUint32(at + 4); c++) {
          glyphs[c] = data.getUint32(at + 8) + c - data.getUint32(at);
        }
      }
    }
  }
  final wanted = <int, int>{}; // Flutter's code point -> glyph
  var missing = 0;
  // The outlined, rounded and sharp variants use the plain glyph.
  for (final m in RegExp(
    r'<i class="material-icons[\w-]* md-36">(\w+)</i>.*\n(?:\s*///.*\n)*\s*static const IconData \w+ = IconData\(\s*0x([0-9a-f]+)',
  ).allMatches(dart)) {
    final glyph = glyphs[google[m[1]]];
    glyph == null ? missing++ : wanted[int.parse(m[2]!, radix: 16)] = glyph;
  }
  final codes = wanted.keys.toList()..sort();
  final sub = ByteData(12 + 16 + 12 * codes.length);
  sub
    ..setUint16(2, 1) // one subtable: platform 3, encoding 10, at 12
    ..setUint16(4, 3)
    ..setUint16(6, 10)
    ..setUint32(8, 12)
    ..setUint16(12, 12) // format 12
    ..setUint32(16, 16 + 12 * codes.length)
    ..setUint32(24, codes.length);
  for (var i = 0; i < codes.length; i++) {
    sub
      ..setUint32(28 + 12 * i, codes[i])
      ..setUint32(32 + 12 * i, codes[i])
      ..setUint32(36 + 12 * i, wanted[codes[i]]!);
  }
  final parts = <String, Uint8List>{
    for (final MapEntry(:key, value: (at, length)) in tables.entries)
      if (key != 'GSUB') key: font.sublist(at, at + length),
    'cmap': sub.buffer.asUint8List(),
  };
  final tags = parts.keys.toList()..sort();
  final head = ByteData(12 + 16 * tags.length);
  final body = BytesBuilder();
  var power = 1, log = 0;
  while (power * 2 <= tags.length) {
    power *= 2;
    log++;
  }
  head
    ..setUint32(0, data.getUint32(0))
    ..setUint16(4, tags.length)
    ..setUint16(6, power * 16)
    ..setUint16(8, log)
    ..setUint16(10, tags.length * 16 - power * 16);
  for (var i = 0; i < tags.length; i++) {
    final bytes = parts[tags[i]]!;
    final padded = Uint8List((bytes.length + 3) & ~3)..setAll(0, bytes);
    var sum = 0;
    final view = ByteData.sublistView(padded);
    for (var j = 0; j < padded.length; j += 4) {
      sum = (sum + view.getUint32(j)) & 0xffffffff;
    }
    final at = 12 + 16 * i;
    for (var j = 0; j < 4; j++) {
      head.setUint8(at + j, tags[i].codeUnitAt(j));
    }
    head
      ..setUint32(at + 4, sum)
      ..setUint32(at + 8, head.lengthInBytes + body.length)
      ..setUint32(at + 12, bytes.length);
    body.add(padded);
  }
  File(args[1]).writeAsBytesSync([...head.buffer.asUint8List(), ...body.toBytes()]);
  stdout.writeln('MaterialIcons: ${codes.length} icons, $missing without a glyph');
}
