import 'package:flutter/material.dart';
import 'package:flutter_localizations/flutter_localizations.dart';

import '../../core/auth/authentication_state.dart';
import '../../core/presentation/app_theme.dart';
import '../../l10n/words.dart';
import 'screens.dart';

/// The whole app: signing in for strangers, the list of weights for whoever is signed in.
class WeightSyncApp extends StatefulWidget {
  /// Made of [screens]. [locale] and [themeMode] are the device's unless given.
  const WeightSyncApp({required this.screens, this.locale, this.themeMode = ThemeMode.system, super.key});

  /// Makes the screens.
  final Screens screens;

  /// The language; null for the device's.
  final Locale? locale;

  /// Light or dark.
  final ThemeMode themeMode;

  @override
  State<WeightSyncApp> createState() => _WeightSyncAppState();
}

class _WeightSyncAppState extends State<WeightSyncApp> {
  final _navigator = GlobalKey<NavigatorState>();
  late String? _userId = _authenticationState.user?.id;

  AuthenticationState get _authenticationState => widget.screens.authentication.state.value;

  @override
  void initState() {
    super.initState();
    widget.screens.authentication.state.addListener(_onAuthentication);
  }

  @override
  void dispose() {
    widget.screens.authentication.state.removeListener(_onAuthentication);
    super.dispose();
  }

  /// Whatever lay open belonged to the user before.
  void _onAuthentication() {
    final userId = _authenticationState.user?.id;
    if (userId == _userId) return;
    setState(() => _userId = userId);
    _navigator.currentState?.popUntil((route) => route.isFirst);
  }

  @override
  Widget build(BuildContext context) => MaterialApp(
    navigatorKey: _navigator,
    debugShowCheckedModeBanner: false,
    onGenerateTitle: (context) => Words.of(context).weight,
    theme: AppTheme.light(),
    darkTheme: AppTheme.dark(),
    themeMode: widget.themeMode,
    locale: widget.locale,
    supportedLocales: Words.supportedLocales,
    localizationsDelegates: const [Words.delegate, ...GlobalMaterialLocalizations.delegates],
    home: KeyedSubtree(
      key: ValueKey(_userId),
      child: _userId == null ? widget.screens.signIn() : widget.screens.weightList(),
    ),
  );
}
