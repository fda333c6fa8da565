import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

/// What the user sees if the data cannot be opened.
void main() {
  testWidgets('a second window says that the first one is open, in the user\'s language', (tester) async {
    await runWeightSyncApp(() => throw const FolderInUse('data'), locale: const Locale('de'));
    await tester.pumpAndSettle();
    expect(find.text('Diese App ist schon in einem anderen Fenster oder Tab geöffnet.'), findsOneWidget);
  });

  testWidgets('a device that cannot store anything says so, with the system\'s message', (tester) async {
    await runWeightSyncApp(() => throw const StorageFailure('read-only file system'), themeMode: ThemeMode.dark);
    await tester.pumpAndSettle();
    expect(find.text('This device cannot store your weights.'), findsOneWidget);
    expect(find.text('read-only file system'), findsOneWidget);
    expect(Theme.of(tester.element(find.byType(Scaffold))).brightness, Brightness.dark);
  });
}
