import 'dart:io';

import 'package:flutter/material.dart';
import 'package:weight_sync/weight_sync.dart';

/// Runs the screens in a window, without plug-ins, against the server of `WEIGHT_SYNC_SERVER`; the default is that of
/// `./deploy.sh local`. `WEIGHT_SYNC_FOLDER` is the data folder, `WEIGHT_SYNC_THEME` is `light` or `dark`, and `WEIGHT_SYNC_LANGUAGE` is
/// `en`, `de`, `fr` or `es`; these default to the desktop's settings.
Future<void> main() async {
  WidgetsFlutterBinding.ensureInitialized();
  final environment = Platform.environment;
  final folder = environment['WEIGHT_SYNC_FOLDER'];
  final language = environment['WEIGHT_SYNC_LANGUAGE'];
  final WeightSync app;
  try {
    app = await WeightSync.open(
      server: Uri.parse(environment['WEIGHT_SYNC_SERVER'] ?? 'http://127.0.0.1:8080'),
      folder: folder == null ? const PlatformDataFolder() : GivenDataFolder(folder),
    );
  } on FolderInUse {
    return runApp(const _NotOpened('Another window of this app is open.'));
  } on StorageFailure catch (failure) {
    return runApp(_NotOpened('This device cannot store the weights: ${failure.detail}'));
  }
  runApp(
    WeightSyncApp(
      screens: WeightScreens(
        authentication: app.authentication,
        weights: app.weights,
        sync: app.sync,
        preferences: app.preferences,
      ),
      locale: language == null ? null : Locale(language),
      themeMode: ThemeMode.values.asNameMap()[environment['WEIGHT_SYNC_THEME']] ?? ThemeMode.system,
    ),
  );
}

/// Says why the app did not open, instead of showing nothing.
class _NotOpened extends StatelessWidget {
  const _NotOpened(this.reason);

  final String reason;

  @override
  Widget build(BuildContext context) => MaterialApp(
    home: Scaffold(
      body: Center(
        child: Padding(
          padding: const EdgeInsets.all(24),
          child: Text(reason, textAlign: TextAlign.center),
        ),
      ),
    ),
  );
}
