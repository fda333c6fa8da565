/* A minimal embedder with one GTK window. Libraries are loaded at run time, so it builds without -dev packages. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void *lib(const char *name) {
  void *h = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
  if (!h) { fprintf(stderr, "%s\n", dlerror()); exit(1); }
  return h;
}
static void *sym(void *h, const char *name) {
  void *s = dlsym(h, name);
  if (!s) { fprintf(stderr, "%s\n", dlerror()); exit(1); }
  return s;
}
#define F(h, ret, name, ...) ret (*name)(__VA_ARGS__) = sym(h, #name)

int main(int argc, char **argv) { /* ASSETS LIBAPP [WIDTH HEIGHT] */
  void *gtk = lib("libgtk-3.so.0"), *fl = lib("libflutter_linux_gtk.so");
  F(gtk, void, gtk_init, int *, char ***);
  F(gtk, void *, gtk_window_new, int);
  F(gtk, void, gtk_window_set_default_size, void *, int, int);
  F(gtk, void, gtk_container_add, void *, void *);
  F(gtk, void, gtk_widget_show, void *);
  F(gtk, void, gtk_widget_grab_focus, void *);
  F(gtk, void, gtk_main, void);
  F(gtk, void, gtk_main_quit, void);
  F(gtk, unsigned long, g_signal_connect_data, void *, const char *, void *, void *, void *, int);
  F(fl, void *, fl_dart_project_new, void);
  F(fl, void, fl_dart_project_set_assets_path, void *, char *);
  F(fl, void, fl_dart_project_set_aot_library_path, void *, const char *);
  F(fl, void, fl_dart_project_set_enable_impeller, void *, int);
  F(fl, void *, fl_view_new, void *);
  if (argc < 3) return 2;
  gtk_init(&argc, &argv);
  void *window = gtk_window_new(0);
  gtk_window_set_default_size(window, argc > 4 ? atoi(argv[3]) : 400, argc > 4 ? atoi(argv[4]) : 800);
  g_signal_connect_data(window, "destroy", (void *)gtk_main_quit, 0, 0, 0);
  void *project = fl_dart_project_new();
  fl_dart_project_set_assets_path(project, argv[1]);
  fl_dart_project_set_aot_library_path(project, argv[2]);
  fl_dart_project_set_enable_impeller(project, 0); /* the software renderer is Skia's */
  void *view = fl_view_new(project);
  gtk_widget_show(view);
  gtk_container_add(window, view);
  gtk_widget_show(window);
  gtk_widget_grab_focus(view);
  gtk_main();
  return 0;
}
