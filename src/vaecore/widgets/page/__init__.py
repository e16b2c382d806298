"""How a widget gets onto a page: an anywidget in a notebook, elsewhere HTML that a script brings to life."""
