import 'package:flutter/material.dart';
import 'package:flutter/services.dart';

import '../../../core/presentation/page_width.dart';
import '../../../l10n/generated/weight_words.dart';
import '../../health_tracking/presentation/unit_picker.dart';
import 'account_section.dart';
import 'section.dart';
import 'settings_view_model.dart';
import 'sync_section.dart';

/// The settings: sync, unit, account and report.
class SettingsScreen extends StatelessWidget {
  /// Shows [viewModel].
  const SettingsScreen({
    required this.viewModel,
    required this.onSignIn,
    required this.onConflicts,
    required this.onDevices,
    super.key,
  });

  /// The state and actions of the screen.
  final SettingsViewModel viewModel;

  /// Opens the sign-in form.
  final VoidCallback onSignIn;

  /// Opens the list of conflicts.
  final VoidCallback onConflicts;

  /// Opens the list of signed-in devices.
  final VoidCallback onDevices;

  Future<void> _copyReport(BuildContext context) async {
    final messenger = ScaffoldMessenger.of(context);
    final copied = WeightWords.of(context).reportCopied;
    await Clipboard.setData(ClipboardData(text: viewModel.report));
    messenger.showSnackBar(SnackBar(content: Text(copied)));
  }

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    return Scaffold(
      appBar: AppBar(title: Text(words.settings)),
      body: SafeArea(
        child: PageWidth(
          child: ListenableBuilder(
            listenable: viewModel,
            builder: (context, _) => SingleChildScrollView(
              padding: const EdgeInsets.fromLTRB(16, 0, 16, 32),
              child: Column(
                crossAxisAlignment: CrossAxisAlignment.stretch,
                children: [
                  if (!viewModel.isSignedOut) SyncSection(viewModel: viewModel, onConflicts: onConflicts),
                  Section(
                    title: words.unit,
                    children: [
                      Padding(
                        padding: const EdgeInsets.all(16),
                        child: Column(
                          crossAxisAlignment: CrossAxisAlignment.stretch,
                          children: [
                            UnitPicker(unit: viewModel.unit, onChanged: viewModel.setUnit),
                            const SizedBox(height: 12),
                            Text(words.unitLead, style: Theme.of(context).textTheme.bodySmall),
                          ],
                        ),
                      ),
                    ],
                  ),
                  AccountSection(viewModel: viewModel, onSignIn: onSignIn, onDevices: onDevices),
                  Section(
                    title: words.help,
                    children: [
                      ListTile(
                        leading: const Icon(Icons.content_copy),
                        title: Text(words.copyReport),
                        subtitle: Text(words.reportLead),
                        onTap: () => _copyReport(context),
                      ),
                    ],
                  ),
                ],
              ),
            ),
          ),
        ),
      ),
    );
  }
}
