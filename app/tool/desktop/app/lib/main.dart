import 'dart:io';

import 'package:flutter/material.dart';
import 'package:weight_sync/weight_sync.dart';

/// Runs the screens in a window, without plug-ins, against the server of `WEIGHT_SYNC_SERVER`; the default is that of
/// `./deploy.sh local`. `WEIGHT_SYNC_FOLDER` is the data folder, `WEIGHT_SYNC_THEME` is `light` or `dark`, and `WEIGHT_SYNC_LANGUAGE` is
/// `en`, `de`, `fr` or `es`; these default to the desktop's settings.
Future<void> main() {
  final environment = Platform.environment;
  final folder = environment['WEIGHT_SYNC_FOLDER'];
  final language = environment['WEIGHT_SYNC_LANGUAGE'];
  return runWeightSyncApp(
    () => WeightSync.open(
      server: Uri.parse(environment['WEIGHT_SYNC_SERVER'] ?? 'http://127.0.0.1:8080'),
      folder: folder == null ? const PlatformDataFolder() : GivenDataFolder(folder),
    ),
    locale: language == null ? null : Locale(language),
    themeMode: ThemeMode.values.asNameMap()[environment['WEIGHT_SYNC_THEME']] ?? ThemeMode.system,
  );
}
