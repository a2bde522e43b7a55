"""``flask --app app`` and gunicorn find the application here; ``python app.py`` serves the living demo."""

from coworking import create_app
from coworking.serve import serve_demo

if __name__ == "__main__":
    serve_demo()
else:
    app = create_app()
