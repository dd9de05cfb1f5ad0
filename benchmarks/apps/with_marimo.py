"""For `marimo run`: a slider that moves runs the cells that name it."""

import marimo

app = marimo.App()


@app.cell
def _():
    import content
    import marimo as mo

    return content, mo


@app.cell
def _(content, mo):
    nu_plus, nu_minus = (
        mo.ui.slider(m.low, m.high, m.step, value=m.default, label=m.name) for m in content.MEMORIES
    )
    mo.vstack([nu_plus, nu_minus])
    return nu_minus, nu_plus


@app.cell
def _(content, nu_minus, nu_plus):
    content.drawn(nu_plus.value, nu_minus.value)
    return


if __name__ == "__main__":
    app.run()
