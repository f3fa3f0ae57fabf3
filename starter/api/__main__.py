"""Run the HTTP door: `python -m starter.api --port 8080`."""

from starter.api.serving import serve_api
from starter.serving_program import run_door

if __name__ == "__main__":
    run_door("starter.api", "Signalbox's HTTP door.", serve_api)
