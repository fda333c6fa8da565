import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/presentation/notice.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/chosen_google_id_tokens.dart';
import 'support/stage.dart';

Future<void> _fill(WidgetTester tester, String email, String password, String button) async {
  await tester.enterText(find.byType(TextFormField).first, email);
  await tester.enterText(find.byType(TextFormField).last, password);
  await tester.tap(find.widgetWithText(FilledButton, button));
  await tester.pumpAndSettle();
}

void main() {
  testWidgets('signing in opens the list', (tester) async {
    final stage = Stage(tester, state: const SignedOut());
    await stage.showSignIn();
    await _fill(tester, ' ada@example.org ', 'secret', 'Sign in');
    expect(stage.authentication.calls, ['signIn ada@example.org secret']);
    expect(find.text('No weights yet'), findsOneWidget);
  });

  testWidgets('missing input is reported without a request', (tester) async {
    final stage = Stage(tester, state: const SignedOut());
    await stage.showSignIn();
    await _fill(tester, 'ada', '', 'Sign in');
    expect(find.textContaining('like name@example.org'), findsOneWidget);
    expect(find.text('Enter your password.'), findsOneWidget);
    expect(stage.authentication.calls, isEmpty);
  });

  testWidgets('a new account needs a password of the length that the server requires', (tester) async {
    final stage = Stage(tester, state: const SignedOut());
    stage.weights.limits.value = const ServerLimits(passwordShortest: 15);
    await stage.showSignIn();
    await tester.tap(find.text('New here? Create an account'));
    await tester.pumpAndSettle();
    await _fill(tester, 'ada@example.org', '12345678901234', 'Create account');
    expect(find.text('15 to 128 characters'), findsOneWidget);
    expect(stage.authentication.calls, isEmpty);
    await _fill(tester, 'ada@example.org', '123456789012345', 'Create account');
    expect(stage.authentication.calls, ['register ada@example.org 123456789012345']);
  });

  testWidgets('without open registration there is no way to create an account', (tester) async {
    final stage = Stage(tester, state: const SignedOut());
    stage.weights.limits.value = const ServerLimits(isRegistrationOpen: false);
    await stage.showSignIn();
    expect(find.text('New here? Create an account'), findsNothing);
  });

  for (final kind in SignInFailureKind.values) {
    testWidgets('a failure is shown in the user\'s language and keeps the input: ${kind.name}', (tester) async {
      final said = <String>{};
      for (final language in ['en', 'de']) {
        final stage = Stage(tester, state: const SignedOut())
          ..authentication.failure = SignInFailure(kind, retryAfter: const Duration(seconds: 30));
        await stage.show(stage.screens.signIn(), language: language);
        await _fill(tester, 'ada@example.org', 'secret', language == 'en' ? 'Sign in' : 'Anmelden');
        final notice = find.descendant(of: find.byType(Row), matching: find.byType(Text)).first;
        said.add(tester.widget<Text>(notice).data!);
        expect(find.text('ada@example.org'), findsOneWidget);
      }
      expect(said, hasLength(2));
      expect(said.join(), isNot(contains('SignIn')));
    });
  }

  testWidgets('a password can be made visible', (tester) async {
    final stage = Stage(tester, state: const SignedOut());
    await stage.showSignIn();
    bool isHidden() => tester.widgetList<EditableText>(find.byType(EditableText)).last.obscureText;
    expect(isHidden(), isTrue);
    await tester.tap(find.byTooltip('Show password'));
    await tester.pump();
    expect(isHidden(), isFalse);
  });

  testWidgets('a user whose account was deleted elsewhere is informed', (tester) async {
    final stage = Stage(tester);
    await stage.showApp();
    await tester.tap(find.byTooltip('Settings'));
    await tester.pumpAndSettle();
    stage.authentication.state.value = const SignedOut(accountWasDeleted: true);
    await tester.pumpAndSettle();
    expect(find.textContaining('Your account was deleted'), findsOneWidget);
  });

  group('with Google', () {
    Stage stageWith(WidgetTester tester, {List<String> clientIds = const ['app.example']}) =>
        Stage(tester, state: const SignedOut())
          ..google = ChosenGoogleIdTokens()
          ..weights.limits.value = ServerLimits(googleClientIds: clientIds);
    final button = find.text('Continue with Google');

    testWidgets('there is a button if the app has tokens and the server supports them', (tester) async {
      final stage = stageWith(tester);
      await stage.showSignIn();
      await tester.tap(button);
      await tester.pumpAndSettle();
      expect(stage.authentication.calls, ['signInWithGoogle token for app.example']);
      expect(find.text('No weights yet'), findsOneWidget);
    });

    testWidgets('there is no button if the app has no tokens or the server does not support them', (tester) async {
      final stage = stageWith(tester)..google = null;
      await stage.showSignIn();
      expect(button, findsNothing);
      await tester.pumpWidget(const SizedBox());
      await stageWith(tester, clientIds: const []).showSignIn();
      expect(button, findsNothing);
    });

    testWidgets('cancelling shows nothing', (tester) async {
      final stage = stageWith(tester)..google!.isCancelled = true;
      await stage.showSignIn();
      await tester.tap(button);
      await tester.pumpAndSettle();
      expect(stage.authentication.calls, isEmpty);
      expect(find.byType(Notice), findsNothing);
      expect(button, findsOneWidget);
    });

    for (final thrown in [Exception('PlatformException(network_error)'), StateError('no plug-in')]) {
      testWidgets('an exception of the plug-in is shown as a failure: ${thrown.runtimeType}', (tester) async {
        final stage = stageWith(tester)..google!.thrown = thrown;
        await stage.showSignIn();
        await tester.tap(button);
        await tester.pumpAndSettle();
        expect(find.text('Signing in with Google did not work. Please try again.'), findsOneWidget);
        expect(stage.authentication.calls, isEmpty);
        stage.google!.thrown = null;
        await tester.tap(button);
        await tester.pumpAndSettle();
        expect(find.text('No weights yet'), findsOneWidget);
      });
    }
  });
}
