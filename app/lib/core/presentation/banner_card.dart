import 'package:flutter/material.dart';

import 'weight_sync_theme.dart';

/// A card above a list: what is the matter, and the actions that help. Screen readers announce the title when it appears.
class BannerCard extends StatelessWidget {
  /// Shows [title], [detail] if it is not empty, and [actions] below.
  const BannerCard({required this.icon, required this.title, this.detail = '', this.actions = const [], super.key});

  /// A picture, hidden from screen readers.
  final Widget icon;

  /// What is the matter.
  final String title;

  /// More about it.
  final String detail;

  /// Buttons.
  final List<Widget> actions;

  @override
  Widget build(BuildContext context) {
    final theme = Theme.of(context);
    return Padding(
      padding: const EdgeInsets.fromLTRB(16, 0, 16, 12),
      child: Card(
        color: WeightSyncTheme.of(context).bannerBackground,
        child: Padding(
          padding: const EdgeInsets.fromLTRB(16, 14, 16, 10),
          child: Row(
            crossAxisAlignment: CrossAxisAlignment.start,
            children: [
              ExcludeSemantics(child: icon),
              const SizedBox(width: 14),
              Expanded(
                child: Column(
                  crossAxisAlignment: CrossAxisAlignment.start,
                  children: [
                    // Only the title: the time of the next try changes with each one.
                    Semantics(container: true, liveRegion: true, child: Text(title, style: theme.textTheme.titleSmall)),
                    const SizedBox(height: 2),
                    if (detail.isNotEmpty)
                      Text(
                        detail,
                        style: theme.textTheme.bodyMedium?.copyWith(color: theme.colorScheme.onSurfaceVariant),
                      ),
                    if (actions.isNotEmpty)
                      Align(
                        alignment: AlignmentDirectional.centerEnd,
                        child: OverflowBar(
                          alignment: MainAxisAlignment.end,
                          overflowAlignment: OverflowBarAlignment.end,
                          children: actions,
                        ),
                      ),
                  ],
                ),
              ),
            ],
          ),
        ),
      ),
    );
  }
}
