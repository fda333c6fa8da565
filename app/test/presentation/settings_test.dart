import 'package:flutter/material.dart';
import 'package:flutter/services.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/chosen_google_id_tokens.dart';
import 'support/samples.dart';
import 'support/stage.dart';

Future<Stage> _opened(WidgetTester tester, {void Function(Stage)? before}) async {
  final stage = Stage(tester, entries: entries);
  before?.call(stage);
  await stage.showApp();
  await tester.tap(find.byTooltip('Settings'));
  await tester.pumpAndSettle();
  return stage;
}

Future<void> _tap(WidgetTester tester, Finder finder) async {
  await tester.ensureVisible(finder);
  await tester.pumpAndSettle();
  await tester.tap(finder);
  await tester.pumpAndSettle();
}

void main() {
  testWidgets('the sync status is shown, and sync can be started', (tester) async {
    final stage = await _opened(
      tester,
      before: (stage) => stage
        ..sync.pending.value = 2
        ..sync.status.value = const SyncIdle(pending: 2),
    );
    expect(find.text('2 changes are about to be sent'), findsOneWidget);
    expect(find.text('2 changes'), findsOneWidget);
    expect(find.text('Never'), findsOneWidget);
    await _tap(tester, find.text('Sync now'));
    expect(stage.sync.runs, 1);
    stage.sync.lastSync.value = DateTime.now();
    stage.sync.pending.value = 0;
    await tester.pump();
    expect(find.text('Never'), findsNothing);
    expect(find.text('Nothing'), findsOneWidget);
  });

  testWidgets('choosing a unit does not change weights', (tester) async {
    final stage = await _opened(tester);
    final before = stage.weights.entries.value;
    await _tap(tester, find.text('lb'));
    expect(stage.preferences.unit.value, WeightUnit.lb);
    expect(stage.weights.entries.value, same(before));
  });

  testWidgets('the report can be copied and contains no weights and no addresses', (tester) async {
    String? copied;
    tester.binding.defaultBinaryMessenger.setMockMethodCallHandler(SystemChannels.platform, (call) async {
      if (call.method == 'Clipboard.setData') copied = (call.arguments as Map<Object?, Object?>)['text'] as String?;
      return null;
    });
    await _opened(tester);
    await _tap(tester, find.text('Copy report'));
    expect(find.text('Report copied'), findsOneWidget);
    expect(copied, contains('weight_sync report'));
    expect(copied, isNot(anyOf(contains('74.7'), contains('@'))));
  });

  for (final (button, call) in [
    ('Keep on this device', 'keep'),
    ('Remove from this device', 'remove'),
    ('Cancel', null),
  ]) {
    testWidgets('signing out asks what becomes of the weights: "$button"', (tester) async {
      final stage = await _opened(tester, before: (stage) => stage.sync.pending.value = 3);
      await _tap(tester, find.text('Sign out'));
      expect(find.textContaining('3 changes have not been sent yet'), findsOneWidget);
      expect(find.textContaining('hidden'), findsNothing);
      await _tap(tester, find.text(button));
      expect(stage.authentication.calls, [if (call != null) 'signOut $call']);
      expect(find.text('Only on this device'), call == null ? findsNothing : findsOneWidget);
    });
  }

  testWidgets('the password can be changed, and a wrong current one is reported', (tester) async {
    final stage = await _opened(tester);
    await _tap(tester, find.text('Change password'));
    await tester.enterText(find.byType(TextFormField).first, 'old');
    await tester.enterText(find.byType(TextFormField).last, 'short');
    final button = find.widgetWithText(FilledButton, 'Change password');
    await _tap(tester, button);
    expect(stage.authentication.calls, isEmpty);
    await tester.enterText(find.byType(TextFormField).last, 'a longer password');
    stage.authentication.failure = const SignInFailure(SignInFailureKind.wrongPassword);
    await _tap(tester, button);
    expect(find.text('That is not your current password.'), findsOneWidget);
    stage.authentication.failure = null;
    await _tap(tester, button);
    expect(stage.authentication.calls.last, 'changePassword old a longer password');
    expect(find.text('Password changed'), findsOneWidget);
  });

  testWidgets('deleting the account needs the password', (tester) async {
    final stage = await _opened(tester);
    await _tap(tester, find.text('Delete account'));
    final button = find.widgetWithText(FilledButton, 'Delete account');
    expect(tester.widget<FilledButton>(button).onPressed, isNull);
    await tester.enterText(find.byType(TextFormField), 'secret');
    await tester.pump();
    await _tap(tester, button);
    expect(stage.authentication.calls, ['deleteAccount secret']);
    expect(find.text('Only on this device'), findsOneWidget);
  });

  testWidgets('with an expired session the settings offer to sign in', (tester) async {
    final stage = await _opened(
      tester,
      before: (stage) => stage.authentication.state.value = SignInExpired(stage.authentication.state.value.user!),
    );
    expect(find.text('Change password'), findsNothing);
    await _tap(tester, find.text('Sign in again'));
    expect(find.text(stage.authentication.state.value.user!.email), findsOneWidget);
  });

  testWidgets('the settings lead to open conflicts', (tester) async {
    await _opened(tester, before: (stage) => stage.weights.conflicts.value = [conflict()]);
    await _tap(tester, find.text('Changed twice'));
    expect(find.text('The later change was taken. You can decide otherwise.'), findsOneWidget);
  });

  testWidgets('a storage failure is shown, and the dialogs stay usable', (tester) async {
    final stage = await _opened(tester);
    stage.authentication.trouble = const StorageFailure('disk full');
    await _tap(tester, find.text('Delete account'));
    await tester.enterText(find.byType(TextFormField), 'secret');
    await tester.pump();
    await _tap(tester, find.widgetWithText(FilledButton, 'Delete account'));
    expect(find.textContaining('could not store'), findsOneWidget);
    await _tap(tester, find.text('Cancel'));
    await _tap(tester, find.text('Sign out'));
    await _tap(tester, find.text('Keep on this device'));
    expect(find.textContaining('could not store'), findsOneWidget);
  });

  testWidgets('an account can be deleted by confirming with Google', (tester) async {
    final stage = await _opened(
      tester,
      before: (stage) => stage
        ..google = ChosenGoogleIdTokens()
        ..weights.limits.value = const ServerLimits(googleClientIds: ['app.example']),
    );
    await _tap(tester, find.text('Delete account'));
    stage.google!.thrown = Exception('no Google here');
    await _tap(tester, find.text('Confirm with Google and delete account'));
    expect(find.textContaining('did not work'), findsOneWidget);
    stage.google!.thrown = null;
    await _tap(tester, find.text('Confirm with Google and delete account'));
    expect(stage.authentication.calls, ['deleteGoogleAccount token for app.example']);
    expect(find.text('Sign in'), findsWidgets);
  });

  testWidgets('cancelling at Google leaves the account and the dialog as they were', (tester) async {
    final stage = await _opened(
      tester,
      before: (stage) => stage
        ..google = (ChosenGoogleIdTokens()..isCancelled = true)
        ..weights.limits.value = const ServerLimits(googleClientIds: ['app.example']),
    );
    await _tap(tester, find.text('Delete account'));
    await _tap(tester, find.text('Confirm with Google and delete account'));
    expect(find.text('Confirm with Google and delete account'), findsOneWidget);
    expect(stage.authentication.calls, isEmpty);
    stage.google!.isCancelled = false;
    await _tap(tester, find.text('Confirm with Google and delete account'));
    expect(stage.authentication.calls, ['deleteGoogleAccount token for app.example']);
  });

  testWidgets('without Google tokens the settings do not mention Google', (tester) async {
    await _opened(tester);
    await _tap(tester, find.text('Delete account'));
    expect(find.textContaining('Google'), findsNothing);
  });
}
