// One window with the Flutter app. A second start is a second window of its own process, which the app answers by saying
// that the first one has the data open.
#include <flutter_linux/flutter_linux.h>
#include <gtk/gtk.h>

#include "flutter/generated_plugin_registrant.h"

namespace {

// Shows the window with the first frame: before it there is nothing to see.
void OnFirstFrame(FlView* view, gpointer) { gtk_widget_show(gtk_widget_get_toplevel(GTK_WIDGET(view))); }

void OnActivate(GApplication* application, gpointer dart_arguments) {
  GtkWidget* window = gtk_application_window_new(GTK_APPLICATION(application));
  gtk_window_set_title(GTK_WINDOW(window), "Weight");
  gtk_window_set_default_size(GTK_WINDOW(window), 480, 860);

  g_autoptr(FlDartProject) project = fl_dart_project_new();
  fl_dart_project_set_dart_entrypoint_arguments(project, static_cast<char**>(dart_arguments));
  FlView* view = fl_view_new(project);
  gtk_container_add(GTK_CONTAINER(window), GTK_WIDGET(view));
  gtk_widget_show(GTK_WIDGET(view));
  g_signal_connect(view, "first-frame", G_CALLBACK(OnFirstFrame), nullptr);
  // The engine draws only into a window that the system knows.
  gtk_widget_realize(GTK_WIDGET(view));

  fl_register_plugins(FL_PLUGIN_REGISTRY(view));
  gtk_widget_grab_focus(GTK_WIDGET(view));
}

}  // namespace

int main(int argc, char** argv) {
  g_set_prgname(APPLICATION_ID);
  g_autoptr(GtkApplication) application = gtk_application_new(APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
  // The arguments are for the Dart code; GTK gets none.
  g_signal_connect(application, "activate", G_CALLBACK(OnActivate), argv + 1);
  return g_application_run(G_APPLICATION(application), 1, argv);
}
