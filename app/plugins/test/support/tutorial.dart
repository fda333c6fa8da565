import 'package:flutter/material.dart';
import 'package:flutter_localizations/flutter_localizations.dart';
import 'package:weight_sync/weight_sync.dart';
import 'package:weight_sync_plugins/weight_sync_plugins.dart';

final server = Uri.parse('http://10.0.2.2:8080');

@pragma('vm:entry-point')
void syncInBackground() => WeightSyncPlugins.runTasks(server: server);

Future<void> main() async {
  final app = await WeightSyncPlugins.open(server: server, backgroundTask: syncInBackground);
  runApp(MyApp(app));
}

class MyApp extends StatelessWidget {
  const MyApp(this.app, {super.key});

  final WeightSync app;

  @override
  Widget build(BuildContext context) => MaterialApp(
    localizationsDelegates: const [WeightWords.delegate, ...GlobalMaterialLocalizations.delegates],
    supportedLocales: const [Locale('en'), Locale('de'), Locale('es'), Locale('fr')],
    home: WeightsPage(app),
  );
}

class WeightsPage extends StatelessWidget {
  const WeightsPage(this.app, {super.key});

  final WeightSync app;

  Future<void> _add(BuildContext context) async {
    final messenger = ScaffoldMessenger.of(context);
    try {
      await app.weights.add(weight: Weight(74.5, WeightUnit.kg), timestamp: DateTime.now());
    } on InvalidEntry {
      messenger.showSnackBar(const SnackBar(content: Text('That is not a weight.')));
    } on StorageFailure {
      messenger.showSnackBar(const SnackBar(content: Text('Could not be saved. Is the storage full?')));
    }
  }

  @override
  Widget build(BuildContext context) => Scaffold(
    appBar: AppBar(title: const Text('My weights'), actions: [SignOutButton(app)]),
    body: ValueListenableBuilder(
      valueListenable: app.weights.entries,
      builder: (context, entries, _) => ListView(
        children: [
          DataNotices(weights: app.weights),
          AdoptionNotice(weights: app.weights),
          for (final entry in entries)
            ListTile(
              title: Text('${entry.weight}'),
              subtitle: Text('${entry.timestamp.toLocal()}'),
              onLongPress: () => app.weights.delete(entry.key, seen: entry),
            ),
        ],
      ),
    ),
    bottomNavigationBar: SyncLine(app),
    floatingActionButton: FloatingActionButton(onPressed: () => _add(context), child: const Icon(Icons.add)),
  );
}

class SyncLine extends StatelessWidget {
  const SyncLine(this.app, {super.key});

  final WeightSync app;

  @override
  Widget build(BuildContext context) => ValueListenableBuilder(
    valueListenable: app.sync.status,
    builder: (context, status, _) => ListTile(
      title: Text(switch (status) {
        SyncOff() => 'On this device only. Tap to sign in.',
        SyncNeedsSignIn() => 'Please sign in again.',
        SyncRunning() => 'Syncing …',
        SyncIdle(:final pending) => pending == 0 ? 'Everything is in sync.' : 'About to be sent.',
        SyncOffline(:final pending) => 'No connection. $pending kept on this device.',
        SyncConflictWaiting(:final count) => '$count changed in two places.',
        SyncRetrying() => 'The server has a problem. Nothing is lost.',
        SyncStalled(:final failure) => switch (failure.kind) {
          SyncFailureKind.storage => 'This device cannot store anything. Is it full?',
          SyncFailureKind.entriesRefused => '${failure.count} not accepted by the server, but kept here.',
          _ => 'Please update the app.',
        },
      }),
      onTap: () => switch (status) {
        SyncOff() || SyncNeedsSignIn() => _push(context, screens.signIn()),
        SyncConflictWaiting() => _push(context, screens.conflicts()),
        _ => app.sync.syncNow(),
      },
    ),
  );

  WeightScreens get screens => WeightScreens.of(app);

  void _push(BuildContext context, Widget screen) =>
      Navigator.of(context).push(MaterialPageRoute<void>(builder: (_) => screen));
}

class SignOutButton extends StatelessWidget {
  const SignOutButton(this.app, {super.key});

  final WeightSync app;

  Future<void> _signOut(BuildContext context) async {
    final data = await showDialog<DataOnDevice>(
      context: context,
      builder: (_) => SignOutDialog(unsent: app.sync.pending.value, hidesKept: app.weights.adoption.value != null),
    );
    if (data != null) await app.authentication.signOut(data: data);
  }

  @override
  Widget build(BuildContext context) => ValueListenableBuilder(
    valueListenable: app.authentication.state,
    builder: (context, state, _) => state is SignedOut
        ? const SizedBox.shrink()
        : IconButton(tooltip: 'Sign out', icon: const Icon(Icons.logout), onPressed: () => _signOut(context)),
  );
}

/// What [main] would be with the package's own screens.
Future<void> mainWithReadyMadeScreens() =>
    runWeightSyncApp(() => WeightSyncPlugins.open(server: server, backgroundTask: syncInBackground));
