import 'dart:async';

import 'package:flutter/material.dart';

import '../../../core/auth/data_on_device.dart';
import '../../../l10n/generated/weight_words.dart';
import 'change_password_dialog.dart';
import 'delete_account_dialog.dart';
import 'section.dart';
import 'settings_view_model.dart';
import 'sign_out_dialog.dart';

/// Who is signed in, the actions on their account, and weights on this device that are not in it.
class AccountSection extends StatelessWidget {
  /// Shows [viewModel].
  const AccountSection({required this.viewModel, required this.onSignIn, required this.onDevices, super.key});

  /// The state and actions of the settings.
  final SettingsViewModel viewModel;

  /// Opens the sign-in form.
  final VoidCallback onSignIn;

  /// Opens the list of signed-in devices.
  final VoidCallback onDevices;

  Future<void> _signOut(BuildContext context) async {
    final choice = await showDialog<DataOnDevice>(
      context: context,
      builder: (_) => SignOutDialog(unsent: viewModel.pending, hidesKept: viewModel.apart > 0),
    );
    if (choice == null || !context.mounted) return;
    await _orSay(context, () => viewModel.signOut(choice));
  }

  /// Runs [action], and says so if the device cannot store what it does.
  Future<void> _orSay(BuildContext context, Future<void> Function() action) async {
    final messenger = ScaffoldMessenger.of(context);
    final trouble = WeightWords.of(context).storageTrouble;
    try {
      await action();
    } on Exception {
      messenger.showSnackBar(SnackBar(content: Text(trouble)));
    }
  }

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    return Section(
      title: words.account,
      children: [
        if (viewModel.host case final host?)
          ListTile(
            leading: const Icon(Icons.person_outline),
            title: Text(host.name),
            subtitle: viewModel.email.isEmpty ? null : Text(viewModel.email),
          )
        else if (viewModel.isSignedOut)
          ListTile(leading: const Icon(Icons.person_outline), title: Text(words.onlyHere))
        else
          ListTile(leading: const Icon(Icons.person_outline), title: Text(viewModel.email)),
        if (viewModel.apart > 0)
          ListTile(
            leading: const Icon(Icons.move_to_inbox),
            title: Text(words.adopt),
            subtitle: Text(words.adoptTitle(viewModel.apart)),
            onTap: () => unawaited(_orSay(context, viewModel.adopt)),
          ),
        if (viewModel.isSignedOut)
          ListTile(leading: const Icon(Icons.login), title: Text(words.signIn), onTap: onSignIn)
        else if (viewModel.needsSignIn)
          ListTile(leading: const Icon(Icons.login), title: Text(words.signInAgain), onTap: onSignIn),
        if (!viewModel.isSignedOut)
          if (viewModel.host case final host?) ...[
            if (host.onSignOut case final signOut?)
              ListTile(leading: const Icon(Icons.logout), title: Text(words.signOut), onTap: () => signOut(context)),
          ] else
            ..._ownAccount(context, words),
      ],
    );
  }

  List<Widget> _ownAccount(BuildContext context, WeightWords words) {
    final error = Theme.of(context).colorScheme.error;
    return [
      if (!viewModel.needsSignIn) ...[
        ListTile(
          leading: const Icon(Icons.devices),
          title: Text(words.devices),
          trailing: const Icon(Icons.chevron_right),
          onTap: onDevices,
        ),
        ListTile(
          leading: const Icon(Icons.lock_outline),
          title: Text(words.changePassword),
          onTap: () => showDialog<void>(
            context: context,
            builder: (_) => ChangePasswordDialog(viewModel: viewModel),
          ),
        ),
      ],
      ListTile(leading: const Icon(Icons.logout), title: Text(words.signOut), onTap: () => _signOut(context)),
      if (!viewModel.needsSignIn)
        ListTile(
          leading: Icon(Icons.delete_forever, color: error),
          title: Text(words.deleteAccount, style: TextStyle(color: error)),
          onTap: () => showDialog<void>(
            context: context,
            builder: (_) => DeleteAccountDialog(viewModel: viewModel),
          ),
        ),
    ];
  }
}
