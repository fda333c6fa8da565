import 'package:flutter/foundation.dart';
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

Future<void> main() => runWeightSyncApp(() => WeightSyncPlugins.open(server: server, backgroundTask: syncInBackground));
