import 'package:flutter/material.dart';
import 'package:flutter_localizations/flutter_localizations.dart';

import '../../core/auth/authentication_state.dart';
import '../../core/presentation/app_theme.dart';
import '../../l10n/generated/weight_words.dart';
import 'weight_screens.dart';

/// The whole app: the list of weights, and the screens that it leads to.
class WeightSyncApp extends StatefulWidget {
  /// An app of [screens]. [locale] and [themeMode] default to the device's.
  const WeightSyncApp({
    required this.screens,
    this.locale,
    this.themeMode = ThemeMode.system,
    this.theme,
    this.darkTheme,
    this.localizationsDelegates = const [],
    super.key,
  });

  /// Builds the screens.
  final WeightScreens screens;

  /// The language; null for the device's.
  final Locale? locale;

  /// The light theme; null for the package's own. `WeightSyncTheme` is an extension of it.
  final ThemeData? theme;

  /// The dark theme; null for the package's own.
  final ThemeData? darkTheme;

  /// Texts of the app's own, for its screens, or a subclass of [WeightWords] that replaces texts of the package.
  final List<LocalizationsDelegate<Object?>> localizationsDelegates;

  /// Light or dark.
  final ThemeMode themeMode;

  @override
  State<WeightSyncApp> createState() => _WeightSyncAppState();
}

class _WeightSyncAppState extends State<WeightSyncApp> {
  final _navigator = GlobalKey<NavigatorState>();
  final _messenger = GlobalKey<ScaffoldMessengerState>();
  late String? _userId = _authenticationState.user?.id;

  AuthenticationState get _authenticationState => widget.screens.state.value;

  @override
  void initState() {
    super.initState();
    widget.screens.state.addListener(_onAuthentication);
  }

  @override
  void dispose() {
    widget.screens.state.removeListener(_onAuthentication);
    super.dispose();
  }

  /// When the user changes, closes all screens of the previous user, and the offer to undo a deletion.
  void _onAuthentication() {
    final userId = _authenticationState.user?.id;
    if (userId == _userId) return;
    setState(() => _userId = userId);
    _navigator.currentState?.popUntil((route) => route.isFirst);
    _messenger.currentState
      ?..clearSnackBars()
      ..removeCurrentSnackBar();
  }

  @override
  Widget build(BuildContext context) => MaterialApp(
    navigatorKey: _navigator,
    scaffoldMessengerKey: _messenger,
    debugShowCheckedModeBanner: false,
    onGenerateTitle: (context) => WeightWords.of(context).weight,
    theme: widget.theme ?? AppTheme.light(),
    darkTheme: widget.darkTheme ?? AppTheme.dark(),
    themeMode: widget.themeMode,
    locale: widget.locale,
    supportedLocales: WeightWords.supportedLocales,
    localizationsDelegates: [
      ...widget.localizationsDelegates,
      WeightWords.delegate,
      ...GlobalMaterialLocalizations.delegates,
    ],
    home: KeyedSubtree(key: ValueKey(_userId), child: widget.screens.weightList()),
  );
}
