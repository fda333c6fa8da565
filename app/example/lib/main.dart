import 'package:flutter/foundation.dart';
import 'package:flutter/material.dart';
import 'package:weight_sync/weight_sync.dart';
import 'package:weight_sync_plugins/weight_sync_plugins.dart';

/// `flutter run --dart-define=WEIGHT_SYNC_SERVER=https://weights.example.org`. The default is the server of
/// `./deploy.sh local` on the developer's machine; in a browser, where the page comes from.
Uri get server {
  const chosen = String.fromEnvironment('WEIGHT_SYNC_SERVER');
  if (chosen.isNotEmpty) return Uri.parse(chosen);
  if (kIsWeb) return Uri.base.resolve('/');
  // An emulator's name for the machine that it runs on.
  final host = defaultTargetPlatform == TargetPlatform.android ? '10.0.2.2' : '127.0.0.1';
  return Uri.parse('http://$host:8080');
}

/// Android and iOS call this while the app is closed.
@pragma('vm:entry-point')
void syncInBackground() => WeightSyncPlugins.runTasks(server: server);

/// Opens the data, then shows it.
Future<void> main() async {
  final WeightSync app;
  try {
    app = await WeightSyncPlugins.open(server: server, backgroundTask: syncInBackground);
  } on FolderInUse {
    return runApp(const _NotOpened('This app is open in another window or tab.'));
  } on StorageFailure catch (failure) {
    return runApp(_NotOpened('This device cannot store your weights: ${failure.detail}'));
  }
  runApp(
    WeightSyncApp(
      screens: WeightScreens(
        authentication: app.authentication,
        weights: app.weights,
        sync: app.sync,
        preferences: app.preferences,
      ),
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
