import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/samples.dart';
import 'support/stage.dart';

/// The screens of a person without an account, of one who has just signed in, and of one who signed in to the app itself.
void main() {
  Future<void> tap(WidgetTester tester, Finder finder) async {
    await tester.ensureVisible(finder);
    await tester.pumpAndSettle();
    await tester.tap(finder);
    await tester.pumpAndSettle();
  }

  testWidgets('without an account the list is there, and leads to the sign-in form and back', (tester) async {
    final stage = Stage(tester, state: const SignedOut(), entries: [entry(74.7)]);
    stage.sync.status.value = const SyncOff();
    await stage.showApp();
    expect(find.text('74.7 kg'), findsWidgets);
    expect(find.text('Only on this device'), findsOneWidget);
    await tap(tester, find.byTooltip('Settings'));
    expect(find.text('Sync now'), findsNothing);
    expect(find.text('Sign out'), findsNothing);
    await tap(tester, find.text('Sign in'));
    await tester.enterText(find.byType(TextFormField).first, 'ada@example.org');
    await tester.enterText(find.byType(TextFormField).last, 'secret');
    await tap(tester, find.widgetWithText(FilledButton, 'Sign in'));
    expect(stage.authentication.calls, ['signIn ada@example.org secret']);
    expect(find.text('Only on this device'), findsNothing);
    expect(find.text('74.7 kg'), findsWidgets);
  });

  group('weights beside the account', () {
    Stage stageOf(WidgetTester tester) =>
        Stage(tester, entries: entries)..weights.adoption.value = const AdoptionOffer(count: 12, needsAnswer: true);

    testWidgets('are not lost to view while the account has not been loaded', (tester) async {
      final stage = Stage(tester)
        ..weights.adoption.value = const AdoptionOffer(count: 200, needsAnswer: false, waitsForAccount: true);
      await stage.showApp();
      expect(find.text('200 weights on this device are not in your account'), findsOneWidget);
      expect(find.textContaining('Once your account has loaded'), findsOneWidget);
      expect(find.text('Keep apart'), findsNothing);
      expect(find.text('No weights yet'), findsNothing);
      stage.weights.adoption.value = null;
      await tester.pump();
      expect(find.text('No weights yet'), findsOneWidget);
    });

    testWidgets('are added when the user agrees', (tester) async {
      final stage = stageOf(tester);
      await stage.showApp();
      expect(find.text('12 weights on this device are not in your account'), findsOneWidget);
      stage.weights.trouble = const StorageFailure('disk full');
      await tap(tester, find.text('Add to the account'));
      expect(find.textContaining('could not store'), findsOneWidget);
      stage.weights.trouble = null;
      await tap(tester, find.text('Add to the account'));
      expect(stage.weights.adoptions, ['adopt']);
      expect(find.textContaining('12 weights'), findsNothing);
    });

    testWidgets('are kept apart otherwise, can still be added in the settings, and signing out says so', (
      tester,
    ) async {
      final stage = stageOf(tester);
      await stage.showApp();
      await tap(tester, find.text('Keep apart'));
      expect(find.textContaining('12 weights'), findsNothing);
      await tap(tester, find.byTooltip('Settings'));
      await tap(tester, find.text('Sign out'));
      expect(find.textContaining('hidden until you sign in again'), findsOneWidget);
      await tap(tester, find.text('Cancel'));
      await tap(tester, find.text('Add to the account'));
      expect(stage.weights.adoptions, ['keepApart', 'adopt']);
      expect(find.textContaining('12 weights'), findsNothing);
    });
  });

  testWidgets('an app that signs in itself has no password screens, but its own account and actions', (tester) async {
    final calls = <String>[];
    final stage = Stage(tester, entries: entries)
      ..host = HostAccount(
        name: 'Acme Health',
        onSignIn: (_) => calls.add('sign in'),
        onSignOut: (_) => calls.add('sign out'),
      );
    await stage.showApp();
    await tap(tester, find.byTooltip('Settings'));
    expect(find.text('Acme Health'), findsOneWidget);
    expect(find.text('ada@example.org'), findsOneWidget);
    expect(find.text('Change password'), findsNothing);
    expect(find.text('Delete account'), findsNothing);
    await tap(tester, find.text('Sign out'));
    stage.authentication.state.value = SignInExpired(stage.authentication.state.value.user!);
    await tester.pumpAndSettle();
    await tap(tester, find.text('Sign in again'));
    stage.authentication.state.value = const SignedOut();
    await tester.pumpAndSettle();
    await tap(tester, find.text('Sign in'));
    expect(calls, ['sign out', 'sign in', 'sign in']);
  });
}
