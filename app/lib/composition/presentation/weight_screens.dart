import 'dart:async';

import 'package:flutter/material.dart';

import '../../core/auth/authentication_service.dart';
import '../../core/auth/authentication_state.dart';
import '../../core/auth/google_id_tokens.dart';
import '../../core/auth/host_account.dart';
import '../../core/auth/presentation/code_screen.dart';
import '../../core/auth/presentation/code_view_model.dart';
import '../../core/auth/presentation/sign_in_notice.dart';
import '../../core/auth/presentation/sign_in_screen.dart';
import '../../core/auth/presentation/sign_in_view_model.dart';
import '../../core/state/watched.dart';
import '../../core/sync/presentation/sync_banner.dart';
import '../../core/sync/presentation/sync_indicator.dart';
import '../../core/sync/sync_manager.dart';
import '../../features/health_tracking/data/repositories/weight_preferences.dart';
import '../../features/health_tracking/data/repositories/weight_repository.dart';
import '../../features/health_tracking/domain/weight_entry.dart';
import '../../features/health_tracking/presentation/conflicts/conflicts_screen.dart';
import '../../features/health_tracking/presentation/conflicts/conflicts_view_model.dart';
import '../../features/health_tracking/presentation/entry_editor/entry_editor_screen.dart';
import '../../features/health_tracking/presentation/entry_editor/entry_editor_view_model.dart';
import '../../features/health_tracking/presentation/weight_list/adoption_notice.dart';
import '../../features/health_tracking/presentation/weight_list/data_notices.dart';
import '../../features/health_tracking/presentation/weight_list/weight_list_screen.dart';
import '../../features/health_tracking/presentation/weight_list/weight_list_view_model.dart';
import '../../features/settings/presentation/devices_screen.dart';
import '../../features/settings/presentation/devices_view_model.dart';
import '../../features/settings/presentation/settings_screen.dart';
import '../../features/settings/presentation/settings_view_model.dart';
import '../weight_sync.dart';
import 'with_view_model.dart';

/// Builds each screen with its view model and wires the navigation between them. An app with its own navigation can use
/// single screens.
final class WeightScreens {
  /// Screens for an app made of these parts.
  WeightScreens({
    required AuthenticationService this.authentication,
    required this.weights,
    required this.sync,
    required this.preferences,
    this.google,
  }) : state = authentication.state,
       hostAccount = null;

  /// Screens for [app], which signs users in through the package.
  WeightScreens.of(WeightSync app, {GoogleIdTokens? google})
    : this(
        authentication: app.authentication,
        weights: app.weights,
        sync: app.sync,
        preferences: app.preferences,
        google: google,
      );

  /// Screens for an app that signs in itself (`signIn` of `WeightSync.open`): no form asks for a password, and the
  /// settings show [hostAccount]. [state] is `WeightSync.authenticationState`.
  const WeightScreens.withOwnSignIn({
    required HostAccount this.hostAccount,
    required this.state,
    required this.weights,
    required this.sync,
    required this.preferences,
  }) : authentication = null,
       google = null;

  /// Signs users in and out; null if the app does.
  final AuthenticationService? authentication;

  /// The account of an app that signs in itself.
  final HostAccount? hostAccount;

  /// Who is signed in.
  final Watched<AuthenticationState> state;

  /// The weights of the person who uses the app.
  final WeightRepository weights;

  /// The sync status, and syncing on request.
  final SyncManager sync;

  /// The user's choices on this device.
  final WeightPreferences preferences;

  /// Supplies Google ID tokens; null when the app offers password sign-in only.
  final GoogleIdTokens? google;

  /// The home screen, also without an account.
  Widget weightList() => WithViewModel(
    create: () => WeightListViewModel(weights, preferences),
    builder: (context, viewModel) => WeightListScreen(
      viewModel: viewModel,
      indicator: SyncIndicator(
        sync: sync,
        onSignIn: () => openSignIn(context),
        onConflicts: () => _push(context, conflicts),
      ),
      onRefresh: sync.syncNow,
      banner: Column(
        children: [
          DataNotices(weights: weights),
          SignInNotice(state: state, onSignIn: () => openSignIn(context)),
          AdoptionNotice(weights: weights),
          SyncBanner(sync: sync, onSignIn: () => openSignIn(context), onConflicts: () => _push(context, conflicts)),
        ],
      ),
      onAdd: () => _push(context, editor),
      onEdit: (entry) => _push(context, () => editor(entry)),
      onSettings: () => _push(context, settings),
    ),
  );

  /// The form for [entry], or for a new entry.
  Widget editor([WeightEntry? entry]) => WithViewModel(
    create: () => EntryEditorViewModel(weights, preferences, entry: entry),
    builder: (context, viewModel) => EntryEditorScreen(viewModel: viewModel),
  );

  /// The list of conflicts.
  Widget conflicts() => WithViewModel(
    create: () => ConflictsViewModel(weights, preferences),
    builder: (context, viewModel) => ConflictsScreen(viewModel: viewModel),
  );

  /// The settings.
  Widget settings() => WithViewModel(
    create: () => SettingsViewModel(
      state,
      weights,
      sync,
      preferences,
      authentication: authentication,
      host: hostAccount,
      google: google,
    ),
    builder: (context, viewModel) => SettingsScreen(
      viewModel: viewModel,
      onSignIn: () => openSignIn(context),
      onConflicts: () => _push(context, conflicts),
      onDevices: () => _push(context, devices),
    ),
  );

  AuthenticationService get _service => authentication ?? (throw StateError('the app signs in itself'));

  /// The devices on which the user is signed in; not for an app that signs in itself.
  Widget devices() => WithViewModel(
    create: () => DevicesViewModel(_service.devices),
    builder: (context, viewModel) => DevicesScreen(viewModel: viewModel),
  );

  /// Opens the sign-in form, or the app's own sign-in.
  void openSignIn(BuildContext context) =>
      hostAccount == null ? _push(context, signIn) : hostAccount!.onSignIn(context);

  /// The sign-in form; not for an app that signs in itself. It closes itself when it was pushed on top of another screen.
  Widget signIn() => WithViewModel(
    create: () => SignInViewModel(_service, google: google),
    builder: (context, viewModel) => ValueListenableBuilder(
      valueListenable: weights.limits,
      builder: (context, limits, _) => SignInScreen(
        viewModel: viewModel,
        passwordShortest: limits.passwordShortest,
        passwordLongest: limits.passwordLongest,
        isRegistrationOpen: limits.isRegistrationOpen,
        googleClientIds: limits.googleClientIds,
        onCode: ({required email, password}) async =>
            await Navigator.of(context).push<bool>(
              MaterialPageRoute(
                builder: (_) => code(email: email, password: password),
              ),
            ) ??
            false,
        onDone: () => unawaited(Navigator.of(context).maybePop()),
      ),
    ),
  );

  /// The form for a one-time code, which replaces a forgotten password, or confirms the address of an account that was just
  /// created with [password]. It closes itself with the result true.
  Widget code({required String email, String? password}) => WithViewModel(
    create: () => CodeViewModel(_service, email: email, password: password),
    builder: (context, viewModel) => ValueListenableBuilder(
      valueListenable: weights.limits,
      builder: (context, limits, _) => CodeScreen(
        viewModel: viewModel,
        passwordShortest: limits.passwordShortest,
        passwordLongest: limits.passwordLongest,
        sendsMail: limits.sendsMail,
        onDone: () {
          // The app may already have closed all screens of the person without an account.
          if (ModalRoute.of(context)?.isCurrent ?? false) Navigator.of(context).pop(true);
        },
      ),
    ),
  );

  void _push(BuildContext context, Widget Function() screen) =>
      unawaited(Navigator.of(context).push<void>(MaterialPageRoute(builder: (_) => screen())));
}
