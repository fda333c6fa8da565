import 'package:flutter/widgets.dart';

/// Extension point: the account of an app that signs in itself (`OwnSignIn`), as the screens show it.
final class HostAccount {
  /// An account called [name].
  const HostAccount({required this.name, required this.onSignIn, this.onSignOut});

  /// What the app calls its account, for example its own name.
  final String name;

  /// Opens the app's own sign-in.
  final void Function(BuildContext context) onSignIn;

  /// Signs out of the app; null if that is done elsewhere.
  final void Function(BuildContext context)? onSignOut;
}
