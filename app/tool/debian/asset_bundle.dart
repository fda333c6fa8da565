// Builds the asset bundle like the `flutter` tool: assets, fonts, icons, shaders.
import 'dart:convert';
import 'dart:io';
import 'dart:typed_data';

import 'failure.dart';
import 'written_file.dart';

Uint8List assetManifest(Iterable<String> keys) {
  final b = BytesBuilder();
  void size(int n) => n < 254 ? b.addByte(n) : b.add([254, n & 255, n >> 8]);
  void string(String s) {
    final bytes = utf8.encode(s);
    b.addByte(7);
    size(bytes.length);
    b.add(bytes);
  }

  b.addByte(13);
  size(keys.length);
  for (final key in keys) {
    string(key);
    b.add([12, 1, 13, 1]); // one variant: {asset: key}
    string('asset');
    string(key);
  }
  return b.toBytes();
}

void buildAssets(String root, String app, String out, Map<String, dynamic> pubspec) {
  final dir = '$out/flutter_assets';
  final section = (pubspec['flutter'] as Map<String, dynamic>?) ?? {};
  final keys = <String>{};
  void copy(String key, String from) {
    final source = File(from);
    if (!source.existsSync()) die('asset not found: $from');
    writeIfChanged('$dir/$key', source.readAsBytesSync());
    keys.add(key);
  }

  for (final asset in (section['assets'] as List?) ?? []) {
    final key = asset is Map ? asset['path'] as String : asset as String;
    if (key.endsWith('/')) {
      for (final file in Directory('$app/$key').listSync().whereType<File>()) {
        copy('$key${file.uri.pathSegments.last}', file.path);
      }
    } else {
      copy(key, '$app/$key');
    }
  }
  final manifest = <Map<String, Object>>[];
  for (final family in _maps(section['fonts'])) {
    final fonts = _maps(family['fonts']);
    manifest.add({
      'family': '${family['family']}',
      'fonts': [
        for (final font in fonts)
          {
            'asset': '${font['asset']}',
            if (font['weight'] != null) 'weight': int.parse('${font['weight']}'),
            if (font['style'] != null) 'style': '${font['style']}',
          },
      ],
    });
    for (final font in fonts) {
      copy('${font['asset']}', '$app/${font['asset']}');
    }
  }
  final icons = File('$root/MaterialIcons-Regular.ttf');
  if (section['uses-material-design'] == 'true' && icons.existsSync()) {
    copy('fonts/MaterialIcons-Regular.ttf', icons.path);
    manifest.add({
      'family': 'MaterialIcons',
      'fonts': [
        {'asset': 'fonts/MaterialIcons-Regular.ttf'},
      ],
    });
  }
  // Roboto is a system font on Android only, and the engine reads no fonts but those of /usr/share/fonts: bundle it.
  const weights = {
    'Thin': 100, 'Light': 300, 'Regular': 400, 'Medium': 500, 'Bold': 700, 'Black': 900, //
  };
  final roboto = <Map<String, Object>>[];
  weights.forEach((style, weight) {
    for (final slope in ['', 'Italic']) {
      final name = 'Roboto-${style == 'Regular' && slope != '' ? '' : style}$slope.ttf';
      final font = File('$root/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/$name');
      if (!font.existsSync()) continue;
      copy('fonts/$name', font.path);
      roboto.add({'asset': 'fonts/$name', 'weight': weight, if (slope != '') 'style': 'italic'});
    }
  });
  if (roboto.isNotEmpty && !manifest.any((f) => f['family'] == 'Roboto')) {
    manifest.add({'family': 'Roboto', 'fonts': roboto});
  }
  for (final shader in Directory('$root/shaders').listSync().whereType<File>()) {
    copy('shaders/${shader.uri.pathSegments.last}', shader.path);
  }
  writeIfChanged('$dir/FontManifest.json', utf8.encode(jsonEncode(manifest)));
  writeIfChanged('$dir/AssetManifest.bin', assetManifest(keys.toList()..sort()));
  writeIfChanged('$dir/NOTICES.Z', gzip.encode(const []));
}

List<Map<String, dynamic>> _maps(Object? list) => ((list as List<dynamic>?) ?? []).cast<Map<String, dynamic>>();
