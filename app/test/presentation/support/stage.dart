import 'package:flutter/material.dart';
import 'package:flutter_localizations/flutter_localizations.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/presentation/app_theme.dart';
import 'package:weight_sync/weight_sync.dart';

import 'chosen_google_id_tokens.dart';
import 'memory_authentication.dart';
import 'memory_preferences.dart';
import 'memory_sync.dart';
import 'memory_weights.dart';

/// Shows the app or one screen on a phone-sized view, with all parts in memory.
class Stage {
  Stage(this.tester, {AuthenticationState? state, List<WeightEntry> entries = const []})
    : weights = MemoryWeights(entries),
      authentication = MemoryAuthentication(state ?? const SignedIn(MemoryAuthentication.ada));

  final WidgetTester tester;
  final MemoryWeights weights;
  final MemoryAuthentication authentication;
  final sync = MemorySync();
  final preferences = MemoryPreferences();

  /// Must be set before anything is shown.
  ChosenGoogleIdTokens? google;

  /// Must be set before anything is shown, for an app that signs in itself.
  HostAccount? host;

  late final WeightScreens screens = switch (host) {
    final host? => WeightScreens.withOwnSignIn(
      hostAccount: host,
      state: authentication.state,
      weights: weights,
      sync: sync,
      preferences: preferences,
    ),
    null => WeightScreens(
      authentication: authentication,
      weights: weights,
      sync: sync,
      preferences: preferences,
      google: google,
    ),
  };

  void _setUp({required Size size, required double textScale}) {
    tester.view.physicalSize = size;
    tester.view.devicePixelRatio = 1;
    tester.platformDispatcher.textScaleFactorTestValue = textScale;
    addTearDown(tester.view.reset);
    addTearDown(tester.platformDispatcher.clearTextScaleFactorTestValue);
  }

  /// Shows the whole app.
  Future<void> showApp({String language = 'en'}) async {
    _setUp(size: const Size(412, 892), textScale: 1);
    await tester.pumpWidget(WeightSyncApp(screens: screens, locale: Locale(language), themeMode: ThemeMode.light));
    await tester.pumpAndSettle();
  }

  /// Shows the whole app with the sign-in form open; nobody is signed in.
  Future<void> showSignIn() async {
    await showApp();
    await tester.tap(find.widgetWithText(TextButton, 'Sign in'));
    await tester.pumpAndSettle();
  }

  /// Shows one screen.
  Future<void> show(
    Widget screen, {
    String language = 'en',
    bool isDark = false,
    double textScale = 1,
    Size size = const Size(412, 892),
  }) async {
    _setUp(size: size, textScale: textScale);
    await tester.pumpWidget(
      MaterialApp(
        key: UniqueKey(),
        theme: isDark ? AppTheme.dark() : AppTheme.light(),
        locale: Locale(language),
        supportedLocales: WeightWords.supportedLocales,
        localizationsDelegates: const [WeightWords.delegate, ...GlobalMaterialLocalizations.delegates],
        home: screen,
      ),
    );
    // Not pumpAndSettle: the progress indicator of a run never settles.
    await tester.pump(const Duration(milliseconds: 100));
    await tester.pump(const Duration(seconds: 1));
  }
}
