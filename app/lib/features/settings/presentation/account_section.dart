import 'package:flutter/material.dart';

import '../../../core/auth/unsent_edits.dart';
import '../../../l10n/generated/weight_words.dart';
import 'change_password_dialog.dart';
import 'delete_account_dialog.dart';
import 'section.dart';
import 'settings_view_model.dart';

/// The signed-in user, and the actions on their account.
class AccountSection extends StatelessWidget {
  /// Shows [viewModel].
  const AccountSection({required this.viewModel, required this.onSignIn, super.key});

  /// The state and actions of the settings.
  final SettingsViewModel viewModel;

  /// Opens the sign-in form.
  final VoidCallback onSignIn;

  Future<void> _signOut(BuildContext context) async {
    final unsent = viewModel.pending;
    final choice = await showDialog<UnsentEdits>(
      context: context,
      builder: (context) => _confirmation(context, unsent),
    );
    if (choice == null || !context.mounted) return;
    final messenger = ScaffoldMessenger.of(context);
    final trouble = WeightWords.of(context).storageTrouble;
    try {
      await viewModel.signOut(unsent: choice);
    } on Exception {
      messenger.showSnackBar(SnackBar(content: Text(trouble)));
    }
  }

  Widget _confirmation(BuildContext context, int unsent) {
    final words = WeightWords.of(context);
    void answer(UnsentEdits? choice) => Navigator.of(context).pop(choice);
    return AlertDialog(
      title: Text(words.signOut),
      scrollable: true,
      content: Text(unsent == 0 ? words.signOutLead : words.signOutUnsent(unsent)),
      actions: [
        TextButton(onPressed: () => answer(null), child: Text(words.cancel)),
        if (unsent > 0) TextButton(onPressed: () => answer(UnsentEdits.discard), child: Text(words.discardAndSignOut)),
        TextButton(
          onPressed: () => answer(UnsentEdits.keep),
          child: Text(unsent == 0 ? words.signOut : words.keepAndSignOut),
        ),
      ],
    );
  }

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    final error = Theme.of(context).colorScheme.error;
    return Section(
      title: words.account,
      children: [
        ListTile(leading: const Icon(Icons.person_outline), title: Text(viewModel.email)),
        if (viewModel.needsSignIn)
          ListTile(leading: const Icon(Icons.login), title: Text(words.signInAgain), onTap: onSignIn)
        else
          ListTile(
            leading: const Icon(Icons.lock_outline),
            title: Text(words.changePassword),
            onTap: () => showDialog<void>(
              context: context,
              builder: (_) => ChangePasswordDialog(viewModel: viewModel),
            ),
          ),
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
      ],
    );
  }
}
